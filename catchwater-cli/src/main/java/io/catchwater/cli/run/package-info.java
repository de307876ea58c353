/** All stages of a source in this process, and a program under capture. */
package io.catchwater.cli.run;
