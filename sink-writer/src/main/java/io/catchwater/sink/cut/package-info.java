/** Where a cut may fall: outside copies, and between whole changes. */
package io.catchwater.sink.cut;
