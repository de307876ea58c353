/** Names by directory id: a listing read while it changed, and the changes that make it exact. */
package io.catchwater.tree;
