import type { ChangeRow } from '../../../shared/store/change-row.ts';
import type { ChangeInfo } from '../api.ts';

/** A line of the history, as the page reads it. */
export const changeInfo = ({ rowKey, at, change, id, attributes, token }: ChangeRow): ChangeInfo => ({
  key: rowKey,
  at: at.toISOString(),
  change,
  id,
  attributes,
  token,
});
