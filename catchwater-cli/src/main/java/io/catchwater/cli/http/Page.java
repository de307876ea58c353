package io.catchwater.cli.http;

import io.catchwater.cli.control.Deployment;
import java.util.Optional;

/** The page that a command serves beside its work, or none. Used by one thread. */
public interface Page extends AutoCloseable {

    /** Nobody asked for a page. */
    Page NONE = new Page() {
        @Override
        public void serve(Deployment deployment) {}

        @Override
        public Optional<String> url() {
            return Optional.empty();
        }

        @Override
        public void close() {}
    };

    /**
     * From now on requests are answered with what this deployment's topics say. Called once at most, when the data directory
     * is there.
     *
     * @throws io.catchwater.cli.CommandFailure when the page's token cannot be kept there
     */
    void serve(Deployment deployment);

    /** What to type into a browser, token included; once it is served. */
    Optional<String> url();

    /** Answers nobody any more. Closing again does nothing. */
    @Override
    void close();
}
