# shellcheck shell=bash
# Builds what ./catchwater runs, into target/product. Sourced by ./catchwater, in the checkout's root, after install.sh.
#
#   lib/        every jar, copied: a build that replaces them leaves a running process its own
#   classes.jsa classes as the JVM wants them in memory; without it, it starts slower and nothing else
#   java-home   the JDK they were built with
#   built       its time stamp is that of the build's beginning

readonly PRODUCT=target/product
readonly ARCHIVE=classes.jsa

# Agrona's buffers reach into jdk.internal.misc. The answers of the registry are small: no waiting for full packets.
readonly JVM_FLAGS=(
  -XX:+UseSerialGC
  -XX:-UsePerfData
  -Dsun.net.httpserver.nodelay=true
  --add-opens=java.base/jdk.internal.misc=ALL-UNNAMED
)

product_is_current() {
  [[ -e $PRODUCT/built && -x $(<"$PRODUCT/java-home")/bin/java ]] && [[ -z $(newer_source) ]]
}

# A removed file shows as a newer folder.
newer_source() {
  find pom.xml .mvn mvnw ./*/pom.xml ./*/src -path '*/src/test' -prune \
    -o -newer "$PRODUCT/built" -print -quit
}

# One at a time; who waited finds it done.
build_product() {
  mkdir -p target
  exec 9>target/build.lock
  flock 9
  if ! product_is_current; then
    install_missing
    JAVA_HOME=$(find_java_home)
    export JAVA_HOME
    assemble "$PRODUCT.new"
    put_in_place "$PRODUCT.new"
    archive_classes "$JAVA_HOME" "$PWD/$PRODUCT" "$PWD/$PRODUCT/lib"
    mv "$PRODUCT/began" "$PRODUCT/built"
  fi
  exec 9>&-
}

assemble() {
  local new=$1
  rm -rf "$new"
  mkdir -p "$new/lib"
  touch "$new/began"
  echo "$JAVA_HOME" >"$new/java-home"
  say "building (a minute or two the first time)"
  rm -rf catchwater-cli/target/lib
  if ! ./mvnw "$QUIET_MAVEN" -pl catchwater-cli -am -DskipTests -Dmaven.test.skip=true -Dspotless.apply.skip=true \
    package </dev/null >target/build.log 2>&1 9>&-; then
    tail -n 30 target/build.log >&2
    fail "the build failed, see target/build.log"
  fi
  cp catchwater-cli/target/catchwater-cli-*.jar catchwater-cli/target/lib/*.jar "$new/lib/"
}

put_in_place() {
  rm -rf "$PRODUCT.old"
  [[ ! -e $PRODUCT ]] || mv "$PRODUCT" "$PRODUCT.old"
  mv "$1" "$PRODUCT"
  rm -rf "$PRODUCT.old"
}

# Takes a JDK's home, the folder for the archive, and the folders of the jars: it is bound to their paths and times.
archive_classes() {
  local home=$1 folder=$2 scratch
  shift 2
  scratch=$(mktemp -d)
  "$home/bin/java" "${JVM_FLAGS[@]}" -Xmx256m -Xlog:disable "-XX:ArchiveClassesAtExit=$folder/$ARCHIVE" \
    -cp "$(class_path "$@")" io.catchwater.cli.Rehearsal "$scratch/data" >"$scratch/log" 2>&1 9>&- \
    || say "no class archive, starts will be slower: $(tail -n 1 "$scratch/log")"
  rm -rf "$scratch"
}

# Every jar of some folders, in one fixed order, as the archive needs it.
class_path() {
  local jars=() folder
  for folder in "$@"; do
    jars+=("$folder"/*.jar)
  done
  local IFS=:
  echo "${jars[*]}"
}
