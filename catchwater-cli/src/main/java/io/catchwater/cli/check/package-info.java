/** Named checks of a host and a deployment: in order, or what to do. */
package io.catchwater.cli.check;
