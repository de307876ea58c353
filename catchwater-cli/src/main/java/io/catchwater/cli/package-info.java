/** The command line: what users, scripts and tests see of Catchwater. */
package io.catchwater.cli;
