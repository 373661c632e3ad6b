import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { PublicAddress } from '../../platform/index.ts';

const hostForm = /^(?:[A-Za-z0-9](?:[A-Za-z0-9.-]{0,250}[A-Za-z0-9])?|\[[0-9A-Fa-f:.]{2,45}\])(?::\d{1,5})?$/;

/**
 * The URL that a host is told. `PUBLIC_URL` decides; without it the name under which the asker reached us, since the
 * address that we listen on (`0.0.0.0`) is no name for others.
 */
@Injectable()
export class PublicBaseUrl {
  constructor(private readonly address: PublicAddress) {}

  of(request: FastifyRequest): string {
    if (this.address.isConfigured || !hostForm.test(request.host))
      return this.address.url.replace(/\/+$/, '');
    return `${request.protocol}://${request.host}`;
  }
}
