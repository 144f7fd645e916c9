import { problem, Refusal } from '../../contracts/index.ts';
import { StoreUnavailable } from '../store/index.ts';

/** What the store cannot do now, as the answer to a request. @throws Refusal storeUnavailable */
export async function unlessUnavailable<T>(asked: Promise<T>): Promise<T> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof StoreUnavailable) throw new Refusal(problem('storeUnavailable', error.message));
    throw error;
  }
}
