package io.catchwater.tree;

import io.catchwater.schemas.event.FileAttributes;
import io.catchwater.schemas.event.FileId;
import java.nio.ByteBuffer;

/**
 * One name of a tree and what it names.
 *
 * @param path of the name
 * @param file what it names
 * @param attributes of what it names
 * @param target what a symlink points to, else empty; read-only
 */
public record NamedFile(TreePath path, FileId file, FileAttributes attributes, ByteBuffer target) {}
