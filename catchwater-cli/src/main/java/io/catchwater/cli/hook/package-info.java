/** Bringing programs under capture: the hook library on disk, and a program's environment. */
package io.catchwater.cli.hook;
