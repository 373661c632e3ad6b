import {
  Injectable,
  StandardSchemaValidationPipe,
  type ArgumentMetadata,
  type StandardSchemaValidationPipeOptions,
} from '@nestjs/common';
import { AppError } from './app-error.ts';

type Issue = Parameters<NonNullable<StandardSchemaValidationPipeOptions['exceptionFactory']>>[0][number];

const maxIssues = 50;

const toPath = (issue: Issue): string =>
  (issue.path ?? []).map((segment) => String(typeof segment === 'object' ? segment.key : segment)).join('.');

/** Validates bodies, queries and path parameters by their schema; a misfit is REQUEST_INVALID with every issue. */
@Injectable()
export class SchemaPipe extends StandardSchemaValidationPipe {
  constructor() {
    super({ exceptionFactory: (issues: readonly Issue[]) => toSchemaError(issues, '') });
  }

  override async transform<T>(value: T, metadata: ArgumentMetadata): Promise<T> {
    if (metadata.schema === undefined || !this.toValidate(metadata)) return value;
    // An absent body is an empty one: the schema then names the missing fields instead of the body's type.
    const given = metadata.type === 'body' && value === undefined ? ({} as T) : value;
    // A query is a flat object without prototype: there a dangerous name is simply an unknown parameter.
    if (metadata.type !== 'query') this.stripProtoKeys(given);
    const result = await this.validate<T>(given, metadata.schema, this.validateOptions);
    if (result.issues) throw toSchemaError(result.issues, metadata.data ?? '');
    return result.value;
  }
}

function toSchemaError(issues: readonly Issue[], name: string): AppError {
  const listed = issues.slice(0, maxIssues).map((issue) => ({
    path: [name, toPath(issue)].filter((part) => part !== '').join('.'),
    message: issue.message.slice(0, 300),
  }));
  const first = listed[0];
  const where = first?.path ? `${first.path.slice(0, 100)}: ` : '';
  const more = issues.length > 1 ? ` (and ${issues.length - 1} more, see issues)` : '';
  return new AppError(
    'REQUEST_INVALID',
    `The request does not fit its schema: ${where}${first?.message ?? 'unknown problem'}${more}.`,
    { issues: listed },
  );
}
