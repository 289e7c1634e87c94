# SPDX-License-Identifier: MIT
#: init
git init -q -b main repository && cd repository && git config gc.auto 0 && git config pack.threads 1 && git config core.safecrlf false && git config core.abbrev 10
#: a history
cd repository && for i in $(seq 60); do seq $i $((i * 7)) >file$((i % 9)); mkdir -p d$((i % 4)); echo $i >d$((i % 4))/f$i; git add -A; git commit -qm "commit $i"; done; git log --oneline | md5sum
#: status
cd repository && echo changed >>file1 && rm file2 && echo new >untracked && git status --porcelain=v2 --branch
#: diff
cd repository && git diff --stat && git diff | md5sum
#: stash
cd repository && git stash -u && git status --short && git stash list && git stash pop && git stash list
#: restore
cd repository && git restore . && git clean -fdx && git status --short
#: log
cd repository && git log --graph --stat --format='%h %an %s' -20
#: log of a path
cd repository && git log --follow --oneline -- d1/f5 && git log -S59 --oneline && git shortlog -sn HEAD
#: blame
cd repository && git blame file3 | head -30
#: branches
cd repository && git branch a HEAD~20 && git branch b HEAD~10 && git branch -vv && git checkout -q a && echo a >only-a && git add . && git commit -qm a && git branch --contains HEAD~3
#: merge
cd repository && git merge -q -m merged b && git log --oneline -3 && git merge-base a main
#: conflict
cd repository && git checkout -q -b c HEAD~2 && echo mine >file1 && git commit -qam mine && git merge main; git status --short | head; git diff | head -20; git merge --abort
#: rebase
cd repository && git checkout -q -b r main~15 && for i in 1 2 3 4 5; do echo $i >r$i; git add .; git commit -qm "r $i"; done; git rebase -q main && git log --oneline -7
#: rebase in steps
cd repository && GIT_SEQUENCE_EDITOR='sed -i 2,3s/pick/squash/' GIT_EDITOR=true git rebase -q -i main && git log --format=%s%n%b -4 && git rebase --exec 'ls r1' HEAD~2
#: cherry-pick and revert
cd repository && git checkout -q main && git cherry-pick r~1 && git revert --no-edit HEAD && git log --oneline -3
#: bisect
cd repository && git bisect start main main~40 && git bisect run sh -c 'test ! -e d2/f50'; git bisect reset
#: tags
cd repository && git tag -a -m 'a tag' v1 && git tag light HEAD~5 && git describe && git describe --tags HEAD~3 && git tag -n
#: reset and reflog
cd repository && git reset -q --hard HEAD~4 && git reset -q --hard ORIG_HEAD && git reflog | head -20
#: notes and attributes
cd repository && git notes add -m note && git notes show && echo '*.x text eol=crlf' >.gitattributes && printf 'a\nb\n' >t.x && git add . && git ls-files --eol
#: hooks
cd repository && printf '#!/bin/sh\necho hook ran; cat >/dev/null; exit 0\n' >.git/hooks/post-commit && printf '#!/bin/sh\necho no; exit 1\n' >.git/hooks/pre-commit && chmod +x .git/hooks/p*; git commit -qm hooked; echo $?; rm .git/hooks/pre-commit; git commit -m hooked
#: filters
cd repository && git config filter.up.clean 'tr a-z A-Z' && git config filter.up.smudge 'tr A-Z a-z' && echo 'u filter=up' >>.gitattributes && echo text >u && git add u && git show :u && rm u && git checkout u && cat u
#: archive
cd repository && git archive HEAD | md5sum && git archive --format=zip HEAD | wc -c
#: pack
cd repository && git gc -q && git count-objects -v | grep -v size && git fsck --full --strict && git verify-pack -v .git/objects/pack/*.idx | tail -3
#: repack
cd repository && git repack -adfq --depth=50 --window=50 --threads=1 && git prune && git fsck && ls .git/objects/pack | wc -l
#: bundle
cd repository && git bundle create -q ../all.bundle --all && git bundle verify ../all.bundle && git clone -q ../all.bundle ../from-bundle && git -C ../from-bundle log --oneline | md5sum
#: clone
git clone -q repository linked && git clone -q --no-hardlinks --depth 3 file://$PWD/repository shallow && git -C shallow log --oneline | wc -l && git clone -q --mirror repository mirror.git && git -C mirror.git show-ref | md5sum
#: push and fetch
git init -q --bare -b main hub.git && cd linked && git remote add hub ../hub.git && git push -q hub main && echo more >more && git add . && git commit -qm more && git push hub main && git push hub +HEAD~3:main; cd ../from-bundle && git fetch -q ../hub.git main && git log --oneline -1 FETCH_HEAD
#: upload over a pipe
git clone -q --upload-pack 'git -c core.threads=1 upload-pack' file://$PWD/hub.git piped && git -C piped log --oneline | wc -l
#: worktrees
cd repository && git worktree add -q ../tree -b tree && ls ../tree | wc -l && echo t >../tree/t && git -C ../tree add . && git -C ../tree commit -qm tree && git worktree list | wc -l && git worktree remove ../tree && git worktree prune -v
#: submodules
cd linked && git -c protocol.file.allow=always submodule --quiet add ../repository sub && git commit -qm sub && git submodule status && git submodule foreach 'git log --oneline -1' && git submodule deinit -q -f sub
#: sparse
cd linked && git sparse-checkout set d1 && ls && git sparse-checkout disable && ls | wc -l
#: patches
cd repository && git add -A && git commit -qm rest && git format-patch -q -3 -o ../patches && git checkout -q -b patched HEAD~3 && git am -q ../patches/*.patch && git log --oneline -3 && git diff HEAD~3 | git apply -R --check - && echo applies
#: grep
cd repository && git grep -n -w 42 | head && git grep -c 1 HEAD~9 | head -5; git grep nosuchword
#: fast-export
cd repository && git fast-export --all | md5sum && git init -q ../imported && git fast-export --all | git -C ../imported fast-import --quiet && git -C ../imported show-ref | wc -l
#: plumbing
cd repository && echo blob | git hash-object -w --stdin && git cat-file --batch-check --batch-all-objects | md5sum && git write-tree && git ls-tree -r HEAD | head -3 && git rev-list --count --all && git update-ref refs/x HEAD && git for-each-ref | md5sum
#: errors
cd repository && git checkout nosuchbranch; git show nosuchcommit; git commit -m nothing; cd /tmp && git -C / status
#: a broken object
cd linked && f=$(find .git/objects -type f -path '*/??/*' | sort | head -1); chmod +w $f; echo garbage >$f; git fsck 2>&1 | grep -c .
