/** Talking to a deployment through its control topics: commands, status, catalog. */
package io.catchwater.cli.control;
