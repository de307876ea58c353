/** The page: what status and catalog topics say of all sources, for a browser and as JSON. Reads, never commands. */
package io.catchwater.cli.http;
