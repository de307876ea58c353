package io.catchwater.tree;

import io.catchwater.schemas.event.FileAttributes;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;

/** Extended attributes that a change does not tell, because who made it may not see them. */
final class Extended {

    private static final String TRUSTED = "trusted.";

    private Extended() {}

    /** The attributes after a change: as told, and where they are not told as before. */
    static FileAttributes told(FileAttributes attributes, FileAttributes before) {
        boolean all = attributes.getExtended() != null && !attributes.getTrustedUnseen();
        if (all || before.getExtended() == null) {
            return attributes;
        }
        FileAttributes whole = FileAttributes.newBuilder(attributes).build();
        whole.setTrustedUnseen(before.getTrustedUnseen());
        whole.setExtended(attributes.getExtended() == null ? before.getExtended() : withTrusted(attributes, before));
        return whole;
    }

    private static Map<String, ByteBuffer> withTrusted(FileAttributes attributes, FileAttributes before) {
        Map<String, ByteBuffer> extended = new HashMap<>(attributes.getExtended());
        before.getExtended().forEach((name, value) -> {
            if (name.startsWith(TRUSTED)) {
                extended.put(name, value);
            }
        });
        return extended;
    }
}
