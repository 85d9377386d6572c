// @ts-nocheck
function stryNS_9fa48() {
  var g = typeof globalThis === 'object' && globalThis && globalThis.Math === Math && globalThis || new Function("return this")();
  var ns = g.__stryker__ || (g.__stryker__ = {});
  if (ns.activeMutant === undefined && g.process && g.process.env && g.process.env.__STRYKER_ACTIVE_MUTANT__) {
    ns.activeMutant = g.process.env.__STRYKER_ACTIVE_MUTANT__;
  }
  function retrieveNS() {
    return ns;
  }
  stryNS_9fa48 = retrieveNS;
  return retrieveNS();
}
stryNS_9fa48();
function stryCov_9fa48() {
  var ns = stryNS_9fa48();
  var cov = ns.mutantCoverage || (ns.mutantCoverage = {
    static: {},
    perTest: {}
  });
  function cover() {
    var c = cov.static;
    if (ns.currentTestId) {
      c = cov.perTest[ns.currentTestId] = cov.perTest[ns.currentTestId] || {};
    }
    var a = arguments;
    for (var i = 0; i < a.length; i++) {
      c[a[i]] = (c[a[i]] || 0) + 1;
    }
  }
  stryCov_9fa48 = cover;
  cover.apply(null, arguments);
}
function stryMutAct_9fa48(id) {
  var ns = stryNS_9fa48();
  function isActive(id) {
    if (ns.activeMutant === id) {
      if (ns.hitCount !== void 0 && ++ns.hitCount > ns.hitLimit) {
        throw new Error('Stryker: Hit count limit reached (' + ns.hitCount + ')');
      }
      return true;
    }
    return false;
  }
  stryMutAct_9fa48 = isActive;
  return isActive(id);
}
import { resolvedName } from '../attr-path.ts';
import { badRequest, quote } from '../errors.ts';
import { type Draft, draft, isArray, isObject, type Json, type JsonObject, membersByName, textOf } from '../json.ts';
import type { Choice, Target } from '../path.ts';
import type { Reading } from '../reading.ts';
import type { Attribute } from '../schema.ts';
import { distinct, readAttributeValue, readOneValue } from '../values.ts';
import { assignElements, checkCount, chosenOf, elementsOfDraft, refuseChange, withSub } from './elements.ts';

/** What an add or a replace sets its target to. */
export interface Setting {
  readonly op: 'add' | 'replace';
  readonly value: Json;
  readonly reading: Reading;
}

/** `add` and `replace` (RFC 7644 sections 3.5.2.1 and 3.5.2.3) of one target, with null and "" as unassigned (RFC 7643 section 2.5). */
export function setTarget(patched: Draft, target: Target, setting: Setting): void {
  if (stryMutAct_9fa48("0")) {
    {}
  } else {
    stryCov_9fa48("0");
    const {
      attribute,
      sub,
      choose
    } = target;
    if (stryMutAct_9fa48("2") ? false : stryMutAct_9fa48("1") ? true : (stryCov_9fa48("1", "2"), refuseChange(patched, target, setting.value))) return;
    if (stryMutAct_9fa48("5") ? false : stryMutAct_9fa48("4") ? true : stryMutAct_9fa48("3") ? attribute.multiValued : (stryCov_9fa48("3", "4", "5"), !attribute.multiValued)) {
      if (stryMutAct_9fa48("6")) {
        ;
      } else {
        stryCov_9fa48("6");
        setSingle(patched, target, setting);
      }
    } else if (stryMutAct_9fa48("8") ? false : stryMutAct_9fa48("7") ? true : (stryCov_9fa48("7", "8"), sub)) setSubOfElements(patched, stryMutAct_9fa48("10") ? {} : (stryCov_9fa48("10"), {
      ...target,
      sub
    }), setting);else if (stryMutAct_9fa48("12") ? false : stryMutAct_9fa48("11") ? true : (stryCov_9fa48("11", "12"), choose)) setChosenElements(patched, stryMutAct_9fa48("14") ? {} : (stryCov_9fa48("14"), {
      attribute,
      choose
    }), setting);else if (stryMutAct_9fa48("15")) {
      ;
    } else {
      stryCov_9fa48("15");
      setElements(patched, attribute, setting);
    }
  }
}
function setSingle(patched: Draft, {
  attribute,
  sub
}: Target, {
  value,
  reading
}: Setting): void {
  if (stryMutAct_9fa48("16")) {
    {}
  } else {
    stryCov_9fa48("16");
    const current = patched[attribute.name];
    const complex = isObject(current) ? current : draft();
    if (stryMutAct_9fa48("18") ? false : stryMutAct_9fa48("17") ? true : (stryCov_9fa48("17", "18"), sub)) {
      if (stryMutAct_9fa48("19")) {
        ;
      } else {
        stryCov_9fa48("19");
        assign(patched, attribute, withSub(complex, sub, readAttributeValue(sub, value, reading)));
      }
    } else if (stryMutAct_9fa48("22") ? isObject(value) || attribute.type === 'complex' : stryMutAct_9fa48("21") ? false : stryMutAct_9fa48("20") ? true : (stryCov_9fa48("20", "21", "22"), isObject(value) && (stryMutAct_9fa48("24") ? attribute.type !== 'complex' : stryMutAct_9fa48("23") ? true : (stryCov_9fa48("23", "24"), attribute.type === (stryMutAct_9fa48("25") ? "" : (stryCov_9fa48("25"), 'complex')))))) assign(patched, attribute, merge(attribute, complex, stryMutAct_9fa48("27") ? {} : (stryCov_9fa48("27"), {
      value,
      reading
    })));else if (stryMutAct_9fa48("28")) {
      ;
    } else {
      stryCov_9fa48("28");
      assign(patched, attribute, readAttributeValue(attribute, value, reading));
    }
  }
}

/** A complex value whose sub-attributes are set. */
interface Merged {
  readonly value: JsonObject;
  readonly reading: Reading;
}

/** Replaces the sub-attributes that the value has and leaves the others (RFC 7644 section 3.5.2.3). */
function merge(attribute: Attribute, current: JsonObject, {
  value,
  reading
}: Merged): JsonObject {
  if (stryMutAct_9fa48("29")) {
    {}
  } else {
    stryCov_9fa48("29");
    let merged = current;
    for (const [name, one] of membersByName(value)) {
      if (stryMutAct_9fa48("30")) {
        {}
      } else {
        stryCov_9fa48("30");
        const sub = attribute.sub(name);
        if (stryMutAct_9fa48("32") ? false : stryMutAct_9fa48("31") ? true : (stryCov_9fa48("31", "32"), sub)) merged = withSub(merged, sub, readAttributeValue(sub, one, reading));else if (stryMutAct_9fa48("35") ? false : stryMutAct_9fa48("34") ? true : stryMutAct_9fa48("33") ? reading.accepts.has('unmappedIgnored') : (stryCov_9fa48("33", "34", "35"), !reading.accepts.has(stryMutAct_9fa48("36") ? "" : (stryCov_9fa48("36"), 'unmappedIgnored')))) throw badRequest(stryMutAct_9fa48("37") ? "" : (stryCov_9fa48("37"), 'invalidPath'), stryMutAct_9fa48("38") ? `` : (stryCov_9fa48("38"), `${attribute.name} has no sub-attribute ${quote(name)} here.`));else reading.met.add(stryMutAct_9fa48("40") ? "" : (stryCov_9fa48("40"), 'unmappedIgnored'));
      }
    }
    return merged;
  }
}

/** A complex value without sub-attributes is none; an empty object for any other attribute is left to validation, which refuses it. */
function assign(patched: Draft, {
  name,
  type
}: Attribute, value: Json | undefined): void {
  if (stryMutAct_9fa48("41")) {
    {}
  } else {
    stryCov_9fa48("41");
    const isEmpty = stryMutAct_9fa48("44") ? type === 'complex' && isObject(value) || Object.keys(value).length === 0 : stryMutAct_9fa48("43") ? false : stryMutAct_9fa48("42") ? true : (stryCov_9fa48("42", "43", "44"), (stryMutAct_9fa48("46") ? type === 'complex' || isObject(value) : stryMutAct_9fa48("45") ? true : (stryCov_9fa48("45", "46"), (stryMutAct_9fa48("48") ? type !== 'complex' : stryMutAct_9fa48("47") ? true : (stryCov_9fa48("47", "48"), type === (stryMutAct_9fa48("49") ? "" : (stryCov_9fa48("49"), 'complex')))) && isObject(value))) && (stryMutAct_9fa48("51") ? Object.keys(value).length !== 0 : stryMutAct_9fa48("50") ? true : (stryCov_9fa48("50", "51"), Object.keys(value).length === 0)));
    if (stryMutAct_9fa48("54") ? value === undefined && isEmpty : stryMutAct_9fa48("53") ? false : stryMutAct_9fa48("52") ? true : (stryCov_9fa48("52", "53", "54"), (stryMutAct_9fa48("56") ? value !== undefined : stryMutAct_9fa48("55") ? false : (stryCov_9fa48("55", "56"), value === undefined)) || isEmpty)) delete patched[name];else patched[name] = value;
  }
}

/** Sets the whole attribute; what is there already is not added again. */
function setElements(patched: Draft, attribute: Attribute, {
  op,
  value,
  reading
}: Setting): void {
  if (stryMutAct_9fa48("57")) {
    {}
  } else {
    stryCov_9fa48("57");
    const given = isArray(value) ? value : stryMutAct_9fa48("58") ? [] : (stryCov_9fa48("58"), [value]);
    if (stryMutAct_9fa48("59")) {
      ;
    } else {
      stryCov_9fa48("59");
      checkCount(attribute, given);
    }
    const elements = stryMutAct_9fa48("60") ? given.map(one => readOneValue(attribute, one, reading)) : (stryCov_9fa48("60"), given.map(stryMutAct_9fa48("61") ? () => undefined : (stryCov_9fa48("61"), one => readOneValue(attribute, one, reading))).filter(stryMutAct_9fa48("62") ? () => undefined : (stryCov_9fa48("62"), one => stryMutAct_9fa48("65") ? one === undefined : stryMutAct_9fa48("64") ? false : stryMutAct_9fa48("63") ? true : (stryCov_9fa48("63", "64", "65"), one !== undefined))));
    const standing = (stryMutAct_9fa48("68") ? op !== 'add' : stryMutAct_9fa48("67") ? false : stryMutAct_9fa48("66") ? true : (stryCov_9fa48("66", "67", "68"), op === (stryMutAct_9fa48("69") ? "" : (stryCov_9fa48("69"), 'add')))) ? elementsOfDraft(patched, attribute) : stryMutAct_9fa48("70") ? ["Stryker was here"] : (stryCov_9fa48("70"), []);
    const all = stryMutAct_9fa48("71") ? [] : (stryCov_9fa48("71"), [...standing, ...elements]);
    reading.spend(stryMutAct_9fa48("73") ? all.length - textOf(all) / 100 : (stryCov_9fa48("73"), all.length + (stryMutAct_9fa48("74") ? textOf(all) * 100 : (stryCov_9fa48("74"), textOf(all) / 100))));
    if (stryMutAct_9fa48("75")) {
      ;
    } else {
      stryCov_9fa48("75");
      assignElements(patched, attribute, distinct(attribute, all));
    }
  }
}
function setSubOfElements(patched: Draft, target: Target & {
  readonly sub: Attribute;
}, setting: Setting): void {
  if (stryMutAct_9fa48("76")) {
    {}
  } else {
    stryCov_9fa48("76");
    const {
      attribute,
      sub,
      choose
    } = target;
    const {
      value,
      reading
    } = setting;
    const subValue = readAttributeValue(sub, value, reading);
    const elements = elementsOfDraft(patched, attribute);
    const chosen = chosenOf(elements, choose, reading);
    const changed = elements.map(stryMutAct_9fa48("77") ? () => undefined : (stryCov_9fa48("77"), element => (stryMutAct_9fa48("80") ? isObject(element) || chosen.has(element) : stryMutAct_9fa48("79") ? false : stryMutAct_9fa48("78") ? true : (stryCov_9fa48("78", "79", "80"), isObject(element) && chosen.has(element))) ? withSub(element, sub, subValue) : element));
    const added = (stryMutAct_9fa48("83") ? chosen.size !== 0 : stryMutAct_9fa48("82") ? false : stryMutAct_9fa48("81") ? true : (stryCov_9fa48("81", "82", "83"), chosen.size === 0)) ? stryMutAct_9fa48("84") ? [] : (stryCov_9fa48("84"), [withSub(newElement(attribute, choose, reading), sub, subValue)]) : stryMutAct_9fa48("85") ? ["Stryker was here"] : (stryCov_9fa48("85"), []);
    assignElements(patched, attribute, stryMutAct_9fa48("87") ? [] : (stryCov_9fa48("87"), [...changed, ...added]));
  }
}

/**
 * An add merges into the chosen elements, a replace puts the value in their place. What the filter compared stays as it was, unless the value
 * names it: the element that was chosen as the one of type "work" is still that one.
 */
function setChosenElements(patched: Draft, target: Target & {
  readonly choose: Choice;
}, setting: Setting): void {
  if (stryMutAct_9fa48("88")) {
    {}
  } else {
    stryCov_9fa48("88");
    const {
      attribute,
      choose
    } = target;
    const {
      op,
      value,
      reading
    } = setting;
    const isMerge = stryMutAct_9fa48("91") ? op === 'add' || isObject(value) : stryMutAct_9fa48("90") ? false : stryMutAct_9fa48("89") ? true : (stryCov_9fa48("89", "90", "91"), (stryMutAct_9fa48("93") ? op !== 'add' : stryMutAct_9fa48("92") ? true : (stryCov_9fa48("92", "93"), op === (stryMutAct_9fa48("94") ? "" : (stryCov_9fa48("94"), 'add')))) && isObject(value));
    const elements = elementsOfDraft(patched, attribute);
    const chosen = chosenOf(elements, choose, reading);
    if (stryMutAct_9fa48("97") ? chosen.size === 0 || !isMerge : stryMutAct_9fa48("96") ? false : stryMutAct_9fa48("95") ? true : (stryCov_9fa48("95", "96", "97"), (stryMutAct_9fa48("99") ? chosen.size !== 0 : stryMutAct_9fa48("98") ? true : (stryCov_9fa48("98", "99"), chosen.size === 0)) && (stryMutAct_9fa48("100") ? isMerge : (stryCov_9fa48("100"), !isMerge)))) throw noTarget(stryMutAct_9fa48("101") ? {} : (stryCov_9fa48("101"), {
      attribute
    }));
    const change = stryMutAct_9fa48("102") ? () => undefined : (stryCov_9fa48("102"), (() => {
      const change = (element: JsonObject): Json | undefined => withCompared(choose, element, isMerge ? merge(attribute, element, stryMutAct_9fa48("103") ? {} : (stryCov_9fa48("103"), {
        value,
        reading
      })) : readOneValue(attribute, value, reading));
      return change;
    })());
    const changed = elements.map(stryMutAct_9fa48("104") ? () => undefined : (stryCov_9fa48("104"), element => (stryMutAct_9fa48("107") ? isObject(element) || chosen.has(element) : stryMutAct_9fa48("106") ? false : stryMutAct_9fa48("105") ? true : (stryCov_9fa48("105", "106", "107"), isObject(element) && chosen.has(element))) ? change(element) : element));
    const added = (stryMutAct_9fa48("110") ? chosen.size !== 0 : stryMutAct_9fa48("109") ? false : stryMutAct_9fa48("108") ? true : (stryCov_9fa48("108", "109", "110"), chosen.size === 0)) ? stryMutAct_9fa48("111") ? [] : (stryCov_9fa48("111"), [change(newElement(attribute, choose, reading))]) : stryMutAct_9fa48("112") ? ["Stryker was here"] : (stryCov_9fa48("112"), []);
    const kept = stryMutAct_9fa48("113") ? [...changed, ...added] : (stryCov_9fa48("113"), (stryMutAct_9fa48("114") ? [] : (stryCov_9fa48("114"), [...changed, ...added])).filter(stryMutAct_9fa48("115") ? () => undefined : (stryCov_9fa48("115"), element => stryMutAct_9fa48("118") ? element === undefined : stryMutAct_9fa48("117") ? false : stryMutAct_9fa48("116") ? true : (stryCov_9fa48("116", "117", "118"), element !== undefined))));
    if (stryMutAct_9fa48("119")) {
      ;
    } else {
      stryCov_9fa48("119");
      assignElements(patched, attribute, kept);
    }
  }
}
function withCompared({
  compared
}: Choice, before: JsonObject, after: Json | undefined): Json | undefined {
  if (stryMutAct_9fa48("120")) {
    {}
  } else {
    stryCov_9fa48("120");
    if (stryMutAct_9fa48("123") ? false : stryMutAct_9fa48("122") ? true : stryMutAct_9fa48("121") ? isObject(after) : (stryCov_9fa48("121", "122", "123"), !isObject(after))) return after;
    return compared.reduce(stryMutAct_9fa48("124") ? () => undefined : (stryCov_9fa48("124"), (element, sub) => (stryMutAct_9fa48("127") ? element[sub.name] !== undefined : stryMutAct_9fa48("126") ? false : stryMutAct_9fa48("125") ? true : (stryCov_9fa48("125", "126", "127"), element[sub.name] === undefined)) ? withSub(element, sub, before[sub.name]) : element), after);
  }
}

/** No element was chosen: RFC 7644 has noTarget for this; Entra expects the element that its filter describes. */
function newElement(attribute: Attribute, choose: Choice | undefined, {
  accepts,
  met
}: Reading): JsonObject {
  if (stryMutAct_9fa48("128")) {
    {}
  } else {
    stryCov_9fa48("128");
    if (stryMutAct_9fa48("131") ? false : stryMutAct_9fa48("130") ? true : stryMutAct_9fa48("129") ? choose : (stryCov_9fa48("129", "130", "131"), !choose)) return draft();
    if (stryMutAct_9fa48("134") ? !choose.described && !accepts.has('filteredTargetIsCreated') : stryMutAct_9fa48("133") ? false : stryMutAct_9fa48("132") ? true : (stryCov_9fa48("132", "133", "134"), (stryMutAct_9fa48("135") ? choose.described : (stryCov_9fa48("135"), !choose.described)) || (stryMutAct_9fa48("136") ? accepts.has('filteredTargetIsCreated') : (stryCov_9fa48("136"), !accepts.has(stryMutAct_9fa48("137") ? "" : (stryCov_9fa48("137"), 'filteredTargetIsCreated')))))) throw noTarget(stryMutAct_9fa48("138") ? {} : (stryCov_9fa48("138"), {
      attribute
    }));
    met.add(stryMutAct_9fa48("140") ? "" : (stryCov_9fa48("140"), 'filteredTargetIsCreated'));
    return choose.described;
  }
}
export const noTarget = stryMutAct_9fa48("141") ? () => undefined : (stryCov_9fa48("141"), (() => {
  const noTarget = (target: Target): Error => badRequest(stryMutAct_9fa48("142") ? "" : (stryCov_9fa48("142"), 'noTarget'), stryMutAct_9fa48("143") ? `` : (stryCov_9fa48("143"), `The path of ${resolvedName(target)} chooses no element: its filter matches none.`));
  return noTarget;
})());