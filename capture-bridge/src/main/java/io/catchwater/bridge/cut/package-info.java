/** Commands of the source's host that are run before and after a cut, in a thread of their own. */
package io.catchwater.bridge.cut;
