import { Module } from '@nestjs/common';
import { ChangeNotices } from './change-notices.ts';
import { FeedRepository } from './feed.repository.ts';
import { LiveController } from './live.controller.ts';
import { LiveHub } from './live-hub.ts';
import { OpenStream } from './open-stream.ts';

@Module({ controllers: [LiveController], providers: [ChangeNotices, FeedRepository, LiveHub, OpenStream] })
export class LiveModule {}
