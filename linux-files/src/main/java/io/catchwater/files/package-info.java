/**
 * Files as Linux knows them: by descriptor, identity, attributes and holes; names are bytes.
 *
 * <p>{@link io.catchwater.files.Descriptor} is an open file; {@link io.catchwater.files.Names} works on names in an
 * open directory, {@link io.catchwater.files.Content} on the bytes of an open file, {@link io.catchwater.files.Attributes}
 * on what else the kernel keeps of it. Every failed call throws {@link io.catchwater.files.LinuxException}.
 */
package io.catchwater.files;
