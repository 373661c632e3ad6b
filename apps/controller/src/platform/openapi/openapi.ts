import { errorBodySchema } from '@ironwheel/contracts';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import { z } from 'zod';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { ironwheelVersion } from '../version.ts';

/** OpenAPI 3.1 of all routes, made from the zod schemas that validate them. */
function createOpenApiDocument(app: NestFastifyApplication): object {
  const config = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('Ironwheel')
    .setDescription('Builds the Python wheels that a platform lacks, and serves them as a package index.')
    .setVersion(ironwheelVersion)
    .addBearerAuth()
    .addBasicAuth()
    .build();
  return withErrorAnswers(SwaggerModule.createDocument(app, config));
}

const methods = ['get', 'put', 'post', 'delete', 'patch'] as const;

/** Every operation may answer with the one error body. */
function withErrorAnswers(document: OpenAPIObject): OpenAPIObject {
  const schema = z.toJSONSchema(errorBodySchema, { target: 'draft-2020-12', io: 'output' }) as object;
  const answer = {
    description: 'An error; docs/errors.md lists the codes.',
    content: { 'application/json': { schema } },
  };
  for (const path of Object.values(document.paths)) {
    for (const method of methods) {
      const operation = path[method];
      if (operation !== undefined) operation.responses['default'] ??= answer;
    }
  }
  return document;
}

const page = `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Ironwheel API</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="docs/swagger-ui.css"></head>
<body><div id="swagger-ui"></div>
<script src="docs/swagger-ui-bundle.js"></script><script src="docs/start.js"></script></body>
</html>
`;
const start = "SwaggerUIBundle({ url: '/api/openapi.json', dom_id: '#swagger-ui', deepLinking: true });\n";
const policy =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

/** `GET /api/openapi.json` and `GET /api/docs`, a page whose every asset comes from this controller. Open to all. */
export function serveApiDocs(app: NestFastifyApplication): void {
  const fastify = app.getHttpAdapter().getInstance();
  const assets = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));
  let document: string | undefined;
  const serve = (path: string, type: string, read: () => string | Buffer): void => {
    fastify.get(path, (_request: FastifyRequest, reply: FastifyReply) =>
      reply
        .header('content-security-policy', policy)
        .header('cache-control', 'no-cache')
        .type(type)
        .send(read()),
    );
  };
  serve(
    '/api/openapi.json',
    'application/json; charset=utf-8',
    () => (document ??= JSON.stringify(createOpenApiDocument(app))),
  );
  serve('/api/docs', 'text/html; charset=utf-8', () => page);
  serve('/api/docs/start.js', 'text/javascript; charset=utf-8', () => start);
  serve('/api/docs/swagger-ui.css', 'text/css; charset=utf-8', () =>
    readFileSync(join(assets, 'swagger-ui.css')),
  );
  serve('/api/docs/swagger-ui-bundle.js', 'text/javascript; charset=utf-8', () =>
    readFileSync(join(assets, 'swagger-ui-bundle.js')),
  );
}
