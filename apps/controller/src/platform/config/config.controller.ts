import { Controller, Get } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Roles } from '../auth/decorators.ts';
import { ConfigViewService, type ConfigView } from './config-view.service.ts';

@ApiTags('health')
@Controller('api/config')
export class ConfigController {
  readonly #view: ConfigViewService;

  constructor(view: ConfigViewService) {
    this.#view = view;
  }

  @Get()
  @Roles('viewer', 'worker')
  async get(): Promise<ConfigView> {
    return this.#view.get();
  }
}
