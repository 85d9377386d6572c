import { services } from '../../shared/services/services.ts';

const names = services.map(({ name }) => name).join('|');

export const usage = `Usage: npm run entra -- <action> --entra-tenant <id or domain> --environment test|production [--service ${names}]
  plan                 shows what apply would do; exit code 0: nothing, 2: something
  apply                shows the plan, asks, and does it; what is right already is left alone
  check                names each difference and the health of the job; exit code 2 where something is not in order
  test                 the portal's Test Connection
  on-demand            provisions one user, named by --user, and shows each step
  pause, start         switches a job off or on
  restart              begins a new initial cycle; --allow-deletes lets the deletions through that Entra holds back
  remove               deletes an application with its job
  logs                 who was provisioned, when, and why it failed; --failed: only failures; --since 7d

What an application should have (plan, apply, check):
  --notify <mail>      who is written to about quarantine; left as it is where it is not said
  --delete-threshold n Entra asks before it deletes so many in one cycle; left as it is where it is not said
  --assign <who>       a user or group: object id, user principal name, or a group's name; may be repeated; needs --service
  --user <who>         with apply: provisions this user on demand before the start; needs --service
  --to-workspace <id>  sends the tenant's provisioning logs to the Log Analytics workspace with this resource id

The Secret Token comes from SCIM_TOKEN, a prompt or standard input, where it is needed:
  --new-token          enter a token although one is stored
  --issue-token        make one instead, for the bank named by --tenant, in --vault (the setting SCIM_KEY_VAULT_URI)
  --tenant <name>      the bank's name at BookMe: a token of another bank is refused

Which application:
  --service-principal  its object id; without it, the application with the service's Tenant URL, else by its name
  --name               the name of an application that is to be made: "BookMe advisors", "BookMe advisors (test)" and so on
  --service-url        what Tenant URLs begin with, where it is not the environment's address

Signing in, as Cloud Application Administrator:
  --sign-in            azure-cli (the session of az login; that it may do all this is not documented by Microsoft), browser or device-code
  --client-id          the bank's own public client, for browser (then the default) and device-code
  --graph-url          another Microsoft Graph, for national clouds; --arm-url: another Azure Resource Manager
  GRAPH_TOKEN          an access token for Graph instead; ARM_TOKEN: one for Azure Resource Manager

  --yes                do not ask; --json: print for programs`;
