import { readFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { analyze, tableNames } from './kusto.ts';
import { alertQueries, consoleQueries, operatorQueries, scimRequests, workbookQueries } from './queries.ts';
import { unmetExpectations } from './record-fields.ts';
import { recordedRun } from './records.ts';

const shown = [...alertQueries(), ...workbookQueries()];
const queries = [...shown, ...operatorQueries(), ...consoleQueries(), scimRequests];
const each = test.each(queries.map(({ name, text }) => [name, text] as const));

/** The columns that queries may read. None of them contains an address, a name, an identity or a path. */
const harmless = [
  'AADProvisioningLogs.JobId',
  'AADProvisioningLogs.ProvisioningAction',
  'AADProvisioningLogs.ResultSignature',
  'AADProvisioningLogs.ResultType',
  'AADProvisioningLogs.ServicePrincipal',
  'AADProvisioningLogs.TimeGenerated',
  'AppExceptions.ExceptionType',
  'AppExceptions.InnermostType',
  'AppExceptions.OperationId',
  'AppExceptions.TimeGenerated',
  'AppRequests.Name',
  'AppRequests.OperationId',
  'AppRequests.ResultCode',
  'AppRequests.TimeGenerated',
  'AppTraces.Message',
  'AppTraces.OperationId',
  'AppTraces.TimeGenerated',
  'AZKVAuditLogs.DurationMs',
  'AZKVAuditLogs.HttpStatusCode',
  'AZKVAuditLogs.OperationName',
  'AZKVAuditLogs.TimeGenerated',
  'Usage.IsBillable',
  'Usage.Quantity',
  'Usage.TimeGenerated',
  '_LogOperation.Category',
  '_LogOperation.Detail',
  '_LogOperation.TimeGenerated',
];

describe('Azure Monitor accepts', () => {
  each('%s', (_name, query) => {
    expect(analyze(query).problems).toEqual([]);
  });

  test('only queries with existing tables, columns, operators and types', () => {
    expect(analyze('AppTrace').problems.join()).toContain("The name 'AppTrace' does not refer");
    expect(analyze('AppTraces | where Mesage == ""').problems.join()).toContain("The name 'Mesage' does not refer");
    expect(analyze('AppTraces | wher true').problems).not.toEqual([]);
    expect(analyze('AppTraces | where SeverityLevel > "x"').problems.join()).toContain('not defined for the operand');
  });
});

describe('the service writes the fields and values that are read by', () => {
  let log: readonly string[];
  beforeAll(async () => {
    log = await recordedRun();
  });

  each('%s', (_name, query) => {
    expect(unmetExpectations(query, log)).toEqual([]);
  });

  const head = `AppTraces | where Message startswith_cs '{"record":"request"' | extend r = parse_json(Message)`;
  test.each([
    ['a field that was renamed', 'project tostring(r.tenantName)', 'no record has tenantName'],
    ['a field of another type', 'project toint(r.tenant)', 'tenant is not for toint'],
    ['a list taken for a text', 'project tostring(r.tolerances)', 'tolerances is not for tostring'],
    ['a word that is not written', "where tostring(r.outcome) == 'erased'", 'no record has the outcome erased'],
    ['a field that is not converted', 'project r.tenant', 'a field is read without a conversion'],
    ['a field read by its text', "project tostring(r['tenant'])", 'a field is read without a conversion'],
    ['a field that only errors have', 'project tostring(r.error.name)', 'no record has error.name'],
  ])('but not those of a query with %s', (_what, step, expectation) => {
    expect(unmetExpectations(`${head} | ${step}`, log)).toEqual([expectation]);
  });

  test('but not those of a query for a kind of record that does not exist', () => {
    expect(unmetExpectations(`AppTraces | where Message startswith_cs '{"record":"nothing"'`, log)).toEqual([
      'no record begins {"record":"nothing"',
    ]);
  });

  test('requests beyond the limit are recorded with their tenant, and their number', () => {
    const records = log.map((text) => JSON.parse(text)).filter(({ refusedBy }) => refusedBy === 'rateLimit');
    expect(records.length).toBeGreaterThan(0);
    for (const record of records)
      expect(record).toMatchObject({ status: 429, count: 1, tenant: expect.any(String), token: expect.any(String) });
  });
});

describe('no person is shown by', () => {
  test.each(shown.map(({ name, text }) => [name, text] as const))('%s', (_name, query) => {
    const { reads, columns } = analyze(query);
    expect([...reads].filter((column) => !harmless.includes(column))).toEqual([]);
    // neither a whole record, nor the server's id of a person
    expect([...columns].filter(([name, type]) => ['Message', 'id'].includes(name) || type === 'dynamic')).toEqual([]);
  });

  test('the fields that a query reads are found in every form', () => {
    expect([...analyze('AppRequests | extend x = strcat("a", Url) | project x').reads]).toEqual(['AppRequests.Url']);
  });
});

test('the published columns of every table are here, with their source', () => {
  const read = new Set(queries.flatMap(({ text }) => [...analyze(text).reads].map((column) => column.split('.')[0])));
  expect([...read].sort()).toEqual([...tableNames].sort());
  for (const name of tableNames) {
    const { source } = JSON.parse(readFileSync(path.join(import.meta.dirname, `tables/${name}.json`), 'utf8'));
    expect(source).toBe(
      name === '_LogOperation' // a function that every workspace has, over its table Operation
        ? 'https://learn.microsoft.com/azure/azure-monitor/logs/monitor-workspace'
        : `https://learn.microsoft.com/azure/azure-monitor/reference/tables/${name.toLowerCase()}`,
    );
  }
});

test('an unhandled rejection is logged as host-failures.kql expects it', () => {
  const main = readFileSync(path.join(import.meta.dirname, '../../../functions/main.ts'), 'utf8');
  const query = alertQueries().find(({ name }) => name === 'host-failures.kql')?.text ?? '';
  const [, text = 'none'] = /startswith_cs '(\w[^']*)'/.exec(query) ?? [];
  expect(main).toContain(`console.error(\`${text} $`);
});
