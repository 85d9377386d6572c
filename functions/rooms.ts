import { unmatched } from '../shared/http/unmatched.ts';
import { create } from '../shared/operations/create.ts';
import { getResourceTypes, getSchemas, getServiceProviderConfig } from '../shared/operations/discovery.ts';
import { get } from '../shared/operations/get.ts';
import { list } from '../shared/operations/list.ts';
import { patch } from '../shared/operations/patch.ts';
import { remove } from '../shared/operations/remove.ts';
import { replace } from '../shared/operations/replace.ts';
import { rooms } from '../shared/services/rooms.ts';
import { everyMethod, registrar } from './register.ts';

const register = registrar('Rooms', rooms);

register('Create', ['POST'], 'Users', create);
register('List', ['GET'], 'Users', list);
register('Get', ['GET'], 'Users/{id}', get);
register('Replace', ['PUT'], 'Users/{id}', replace);
register('Patch', ['PATCH'], 'Users/{id}', patch);
register('Delete', ['DELETE'], 'Users/{id}', remove);
register('ServiceProviderConfig', ['GET'], 'ServiceProviderConfig', getServiceProviderConfig);
register('ResourceTypes', ['GET'], 'ResourceTypes/{id?}', getResourceTypes);
register('Schemas', ['GET'], 'Schemas/{id?}', getSchemas);

// The host tries routes in the alphabetical order of the functions' names: this one has to come last.
register('Unmatched', everyMethod, '{*path}', unmatched);
