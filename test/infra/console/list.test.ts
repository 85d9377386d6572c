import { describe, expect, test } from '@jest/globals';
import type { ListedResource, ServiceInfo } from '../../../infra/console/api.ts';
import { type Choice, sorted } from '../../../infra/console/page/list.ts';

const service: ServiceInfo = {
  name: 'advisors',
  columns: [
    { name: 'displayName', path: 'displayName', entra: 'displayName', role: 'label' },
    { name: 'office', path: 'addresses[type eq "work"].formatted', entra: 'physicalDeliveryOfficeName', role: 'group' },
    { name: 'active', path: 'active', entra: 'Switch(…)', role: 'status' },
  ],
};

let made = 0;
const person = (name: string, office: string | null = null, active = true): ListedResource => {
  made += 1;
  const second = String(made % 60).padStart(2, '0');
  return { id: `id-${made}`, lastModified: `2026-11-30T12:00:${second}.000Z`, cells: [name, office, active] };
};

const all: Choice = { search: '', state: 'all', group: '', sort: 'displayName', isDescending: false };

const namesOf = (people: readonly ListedResource[], choice: Partial<Choice> = {}) =>
  sorted(service, people)
    .choose({ ...all, ...choice })
    .map(({ cells: [name] }) => name);

describe('sorting', () => {
  test('puts Danish letters after Z in alphabetical order, and aa with å', () => {
    const names = ['Åse', 'Østen', 'Ægir', 'Zita', 'Anna', 'Aase', 'Özgür', 'anna'];
    expect(namesOf(names.map((name) => person(name)))).toEqual([
      'Anna',
      'anna',
      'Zita',
      'Ægir',
      'Østen',
      'Özgür',
      'Åse',
      'Aase',
    ]);
  });

  test('can be reversed, and puts active resources before disabled ones', () => {
    const people = [person('a', null, false), person('b'), person('c')];
    expect(namesOf(people, { isDescending: true })).toEqual(['c', 'b', 'a']);
    expect(namesOf(people, { sort: 'active' })).toEqual(['b', 'c', 'a']);
  });

  test('puts unassigned values last', () => {
    const people = [person('a'), person('b', 'Ørby'), person('c', 'Aarup'), person('d', 'Bov')];
    expect(namesOf(people, { sort: 'office' })).toEqual(['d', 'b', 'c', 'a']);
  });

  test('also works by the last change, which is not an attribute of the service', () => {
    const people = [person('late'), person('later'), person('latest')];
    expect(namesOf(people, { sort: 'lastModified', isDescending: true })).toEqual(['latest', 'later', 'late']);
  });
});

describe('searching', () => {
  const people = [
    person('Søren Kjær', 'Havnen 2'),
    person('Åse Ågård', 'Algade 31', false),
    person('SØREN ASK', 'Algade 31'),
  ];

  test.each<[string, Partial<Choice>, readonly string[]]>([
    ['a part of a name, in any case', { search: 'søren' }, ['SØREN ASK', 'Søren Kjær']],
    ['words in any order, of different columns', { search: 'algade søren' }, ['SØREN ASK']],
    ['a letter that is written in two characters', { search: 'A\u030Ase' }, ['Åse Ågård']],
    ['the state in the search text', { search: 'disabled' }, ['Åse Ågård']],
    ['the selected state', { state: 'active' }, ['SØREN ASK', 'Søren Kjær']],
    ['the selected office', { group: 'Algade 31' }, ['SØREN ASK', 'Åse Ågård']],
    ['a text that nobody has', { search: 'nobody' }, []],
  ])('finds by %s', (_name, choice, names) => {
    expect(namesOf(people, choice)).toEqual(names);
  });

  test('finds a resource by its id', () => {
    const [first] = people;
    expect(namesOf(people, { search: first?.id ?? '' })).toEqual(['Søren Kjær']);
  });

  test('finds one of 20,000 resources within 100 milliseconds', () => {
    const many = sorted(
      service,
      Array.from({ length: 20_000 }, (_, at) => person(`Person ${at}`, `Office ${at % 40}`)),
    );
    many.choose(all);
    const start = performance.now();
    expect(many.choose({ ...all, search: 'office 38 person 19998' })).toHaveLength(1);
    expect(performance.now() - start).toBeLessThan(100);
  });
});

test('offices are listed with the number of their resources', () => {
  const people = [person('a', 'Øst'), person('b', 'Aarhus'), person('c', 'Øst'), person('d', 'Vest'), person('e')];
  expect(sorted(service, people).groups).toEqual([
    ['Vest', 1],
    ['Øst', 2],
    ['Aarhus', 1],
  ]);
});
