// What canvas' server uses of better-sqlite3, over the SQLite that Node.js brings: the package itself would have to be compiled.
import { DatabaseSync } from 'node:sqlite'

export default class Database {
  #db
  #bigInts = false

  constructor (path) {
    this.#db = new DatabaseSync(path)
  }

  defaultSafeIntegers (on) {
    this.#bigInts = on
  }

  exec (sql) {
    this.#db.exec(sql)
  }

  prepare (sql) {
    const statement = this.#db.prepare(sql)
    statement.setReadBigInts(this.#bigInts)
    return statement
  }

  close () {
    this.#db.close()
  }
}
