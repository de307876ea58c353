/** What a command says while it works: to a person at a terminal, to a pipe, to a program. */
package io.catchwater.cli.progress;
