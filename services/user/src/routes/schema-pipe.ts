import type { PipeTransform } from '@nestjs/common';
import { createValidator, type Validator } from '@storm/runtime';
import type { Static, TSchema } from 'typebox';

/** Lets through what the contract describes, and nothing more. */
export class SchemaPipe<T extends TSchema> implements PipeTransform<unknown, Static<T>> {
  readonly #validate: Validator<T>;

  constructor(schema: T) {
    this.#validate = createValidator(schema);
  }

  transform(value: unknown): Static<T> {
    return this.#validate(value);
  }
}
