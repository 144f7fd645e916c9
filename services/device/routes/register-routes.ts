import { z } from 'zod';
import { isDriverError } from '../../../drivers/base/index.ts';
import { problem, Refusal } from '../../contracts/index.ts';
import { parseBody, type HttpServer } from '../../platform/http/index.ts';
import { codeOfDriverError } from '../driver-refusal.ts';
import { axisOf, type RouteParts } from './route-parts.ts';

const Address = z.coerce.number().int().min(0).max(0xffff);
const Count = z.strictObject({ count: z.coerce.number().int().min(1).max(125).optional() });
const Value = z.strictObject({ value: z.int().min(0).max(0xffff) });

interface RegisterRoute {
  readonly Params: { readonly drive: string; readonly address: string };
}

/** Raw registers, for engineers only; nothing is written while the axis moves or might. */
export function addRegisterRoutes(server: HttpServer, parts: RouteParts): void {
  const config = { role: 'engineer' as const };
  const url = '/v1/drives/:drive/registers/:address';

  server.get<RegisterRoute>(url, { config }, async (request) => {
    const { drive } = axisOf(request.params.drive, parts).kit;
    const address = parseBody(Address, request.params.address, 'address');
    const { count = 1 } = parseBody(Count, request.query, 'registers');
    return { address, values: await asRefusal(() => drive.readRegisters(address, count)) };
  });

  server.put<RegisterRoute>(url, { config }, async (request) => {
    const axis = axisOf(request.params.drive, parts);
    const address = parseBody(Address, request.params.address, 'address');
    const { value } = parseBody(Value, request.body, 'register');
    const { moving, command } = axis.state();
    if (moving !== false || command !== null) {
      throw new Refusal(
        problem('busy', `${axis.id} moves or might; registers are written at rest.`, { drive: axis.id }),
      );
    }
    await asRefusal(() => axis.kit.drive.writeRegister(address, value));
    return { address, value };
  });
}

async function asRefusal<T>(run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if (!isDriverError(error)) throw error;
    throw new Refusal(problem(codeOfDriverError(error), error.message));
  }
}
