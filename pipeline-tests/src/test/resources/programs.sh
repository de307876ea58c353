# What many programs do to files. $1: the watched directory, $2: files to work on.
set -e
cd "$1"
export GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a@b GIT_COMMITTER_NAME=a GIT_COMMITTER_EMAIL=a@b GIT_CONFIG_GLOBAL=/dev/null

git init -q -b main repository
cd repository
cp -r "$2"/. .
git add -A
git commit -qm one
for number in 1 2 3 4 5; do
  echo "$number" >>folder1/inner1/file1
  git commit -qam "commit $number"
done
git checkout -q -b other HEAD~3
git mv folder2 moved
git commit -qm moved
git checkout -q main
git gc -q
git repack -adq
git merge -q --no-edit other
git checkout -q HEAD~2 -- folder1
git stash -q
git checkout -q --detach HEAD~1
rm -r folder3
git checkout -q -- folder3
git reset -q --hard other
git clone -q . ../cloned
git checkout -q main
echo more >>folder4/inner1/file4
git commit -qam more
git -C ../cloned pull -q origin main
git worktree add -q ../tree other
git worktree remove ../tree
git branch -q -D other
git reflog expire --expire=now --all
git gc -q --prune=now
git fsck --strict
cd ..

mkdir unpacked
tar -C "$2" -cf - . | tar -C unpacked -xf -
tar -C "$2" -cf packed.tar .
gzip -k packed.tar
cp -a unpacked copied
cp -p packed.tar copied/folder1
rsync -a "$2"/folder3/ synced/
echo more >>synced/inner0/file3
rsync -a --inplace --checksum "$2"/folder3/ synced/
rsync -a --delete "$2"/folder4/ synced/
sed -i 's/line/LINE/' copied/folder0/inner0/*
sort -o copied/folder1/inner1/file1 copied/folder1/inner1/file1
find unpacked -name 'file1*' -delete
rm -r unpacked/folder5

sqlite3 rollback.db "PRAGMA journal_mode = DELETE; CREATE TABLE t(x);
  WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000) INSERT INTO t SELECT randomblob(500) FROM n;
  DELETE FROM t WHERE rowid % 3 = 0; VACUUM;" >/dev/null
mkdir lmdb compacted
for number in $(seq 500); do printf 'key%s\nvalue%s\n' "$number" "$number"; done | mdb_load -T lmdb
mdb_copy -c lmdb compacted

install -m 640 packed.tar installed
chmod 4711 installed
touch -d '2001-01-01 00:00:00' packed.tar.gz
mkfifo fifo
ln packed.tar second-name
ln -s nowhere dangling
ln -sfn packed.tar dangling
mv copied/folder2 folder2-moved
truncate -s 1M sparse
dd if=/dev/zero of=sparse bs=1k seek=500 count=3 conv=notrunc status=none
fallocate -l 100k preallocated
fallocate -p -o 8k -l 16k sparse
mktemp -p . >/dev/null
