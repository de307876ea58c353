package io.catchwater.tree;

import io.catchwater.schemas.event.Place;

/** Where a name stands: in which directory, by id, so that moving the directory changes nothing. */
record Slot(Id directory, Name name) {

    /** @throws IllegalArgumentException when the place's path has no last name: the root stands nowhere */
    static Slot of(Place place) {
        return new Slot(Id.of(place.getDirectory()), TreePath.lastName(place.getPath()));
    }
}
