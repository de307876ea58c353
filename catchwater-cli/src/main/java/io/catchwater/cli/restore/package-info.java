/** Bringing a source back as it was at a moment, and proving a sealed directory. */
package io.catchwater.cli.restore;
