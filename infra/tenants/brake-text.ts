import { showDate } from '../commands/shared/output.ts';
import type { BrakeStatus } from './brakes.ts';

/** A brake's count and limit as text; an empty string if the brake is off. */
export const brakeCount = ({ counted, limits, limit }: Pick<BrakeStatus, 'counted' | 'limits' | 'limit'>): string =>
  limits === 'off' ? '' : `${counted} of at most ${limit} within ${limits.minutes} minutes`;

/** A brake's state as text. */
export function brakeWord({ limits, state, isAssumed }: Pick<BrakeStatus, 'limits' | 'state' | 'isAssumed'>): string {
  if (limits === 'off') return 'off: SCIM_BRAKE is "off", so no change is ever held back';
  const assumed = isAssumed ? ' (with the default limits, because the service has not written its own yet)' : '';
  if (state.kind === 'engaged')
    return `engaged since ${showDate(state.since)}: requests that disable or delete get 403 until it is released${assumed}`;
  if (state.kind === 'released')
    return `released until ${showDate(state.until)}: every change is let through${assumed}`;
  return `not engaged${assumed}`;
}
