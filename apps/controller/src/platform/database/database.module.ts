import { type DynamicModule, Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { DATABASE_CONNECTION, type DatabaseConnection } from './connection.ts';
import { Database } from './database.ts';
import { NotificationBus } from './notification-bus.ts';

const entityPoolSize = 5;

/** `Database`, `NotificationBus` and TypeORM's `DataSource`; features list entities by `TypeOrmModule.forFeature`. */
@Global()
@Module({})
export class DatabaseModule {
  static forConnection(connection: DatabaseConnection, statementTimeoutMs: number): DynamicModule {
    return {
      module: DatabaseModule,
      imports: [
        TypeOrmModule.forRoot({
          type: 'postgres',
          host: connection.host,
          port: connection.port,
          username: connection.user,
          password: connection.password,
          database: connection.database,
          ssl: connection.ssl === false ? false : connection.ssl === true ? true : { ...connection.ssl },
          autoLoadEntities: true,
          synchronize: false,
          migrationsRun: false,
          logging: false,
          applicationName: 'ironwheel-entities',
          poolSize: entityPoolSize,
          connectTimeoutMS: 10_000,
          extra: { statement_timeout: statementTimeoutMs },
          retryAttempts: 1,
          installExtensions: false,
        }),
      ],
      providers: [{ provide: DATABASE_CONNECTION, useValue: connection }, Database, NotificationBus],
      exports: [DATABASE_CONNECTION, Database, NotificationBus],
    };
  }
}
