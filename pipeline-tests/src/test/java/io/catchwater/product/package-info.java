/** The product as a user has it: the script at the root, real databases, Kafka's own tools. */
package io.catchwater.product;
