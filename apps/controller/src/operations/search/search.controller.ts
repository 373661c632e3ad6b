import { Controller, Get, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { searchQuerySchema } from '@ironwheel/contracts';
import type { z } from 'zod';
import { Roles } from '../../platform/index.ts';
import { SearchService } from './search.service.ts';

@ApiTags('search')
@Controller('api/search')
export class SearchController {
  constructor(private readonly searches: SearchService) {}

  @Get()
  @Roles('viewer')
  search(@Query({ schema: searchQuerySchema }) query: z.output<typeof searchQuerySchema>) {
    return this.searches.search(query.q, query.limit);
  }
}
