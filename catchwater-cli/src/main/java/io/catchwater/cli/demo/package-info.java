/** A live SQLite database, backed up under load and proved: the same code as {@code run}, {@code snapshot}, {@code restore}. */
package io.catchwater.cli.demo;
