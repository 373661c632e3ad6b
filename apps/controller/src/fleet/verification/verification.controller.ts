import { serverNameSchema, type VerificationView } from '@ironwheel/contracts';
import { Controller, Get, HttpCode, Param, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Roles } from '../../platform/index.ts';
import { VerifyServer } from './verify-server.ts';

/** The id of a server has the form of a name as well. */
const idOrName = { schema: serverNameSchema };

@ApiTags('servers')
@Controller('api/servers/:id/verify')
export class VerificationController {
  constructor(private readonly verification: VerifyServer) {}

  @Post()
  @HttpCode(200)
  @Roles('operator')
  verify(@Param('id', idOrName) id: string): Promise<VerificationView> {
    return this.verification.verify(id);
  }

  @Get()
  @Roles('viewer')
  last(@Param('id', idOrName) id: string): Promise<VerificationView> {
    return this.verification.last(id);
  }
}
