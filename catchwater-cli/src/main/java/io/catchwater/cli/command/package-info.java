/** One file for each verb: parses its arguments, calls the stage that does the work, says how it ended. */
package io.catchwater.cli.command;
