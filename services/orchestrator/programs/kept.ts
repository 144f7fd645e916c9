import { problem, Refusal } from '../../contracts/index.ts';
import { StoreUnavailable } from '../store/index.ts';

/** What the store was asked for. @throws Refusal storeUnavailable when it does not answer or has no room */
export async function kept<T>(asked: Promise<T>): Promise<T> {
  try {
    return await asked;
  } catch (error) {
    if (!(error instanceof StoreUnavailable)) throw error;
    throw new Refusal(problem('storeUnavailable', error.message));
  }
}
