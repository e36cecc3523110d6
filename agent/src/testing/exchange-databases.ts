import { MariadbServer } from './mariadb-server.ts'
import { PostgresqlServer } from './postgresql-server.ts'

/** The password of the account `reader` on both ends. */
export const READER_PASSWORD = 'Reader-1'

/** Two real ends of a flow: uploads lie in PostgreSQL, what arrived in MariaDB; an account `reader` may read both. */
export class ExchangeDatabases implements AsyncDisposable {
  readonly sender: PostgresqlServer
  readonly receiver: MariadbServer

  private constructor(sender: PostgresqlServer, receiver: MariadbServer) {
    this.sender = sender
    this.receiver = receiver
  }

  static async start(): Promise<ExchangeDatabases> {
    const [sender, receiver] = await Promise.all([PostgresqlServer.start(), MariadbServer.start()])
    await sender.sql([
      'CREATE SCHEMA his',
      `CREATE TABLE his.upload (id int PRIMARY KEY, unit text, created timestamptz NOT NULL, state text NOT NULL)`,
      'CREATE TABLE his.unit (name text PRIMARY KEY)',
      `CREATE ROLE reader LOGIN PASSWORD '${READER_PASSWORD}'`,
      'GRANT USAGE ON SCHEMA his TO reader',
      'GRANT SELECT ON ALL TABLES IN SCHEMA his TO reader',
    ])
    await receiver.query(
      'CREATE DATABASE city',
      'CREATE TABLE city.arrived (id INT PRIMARY KEY, unit VARCHAR(64), created DATETIME NOT NULL, phone VARCHAR(20))',
      `CREATE USER reader IDENTIFIED BY '${READER_PASSWORD}'`,
      'GRANT SELECT ON city.* TO reader',
    )
    return new ExchangeDatabases(sender, receiver)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([this.sender[Symbol.asyncDispose](), this.receiver[Symbol.asyncDispose]()])
  }
}
