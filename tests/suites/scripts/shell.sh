# SPDX-License-Identifier: MIT
#: pipes
seq 1000 | sort -r | head -3 | tr 0-9 a-j | cat -A; echo a b c | xargs -n1 echo | paste -sd+; yes | head -1000 | wc -l
#: statuses
true; echo $?; false; echo $?; (exit 9); echo $?; sh -c 'kill -9 $$'; echo $?; nosuchcommand 2>/dev/null; echo $?; /etc/passwd 2>/dev/null; echo $?; ! true; echo $?
#: redirections
echo one >f; echo two >>f; cat <f; cat nofile 2>err; wc -l <err; exec 3>g; echo three >&3; exec 3>&-; cat g; echo four 2>&1 >/dev/null | wc -c; : >f; wc -c <f; cat <<X
here $((1 + 2)) $(echo inner)
X
#: many descriptors
exec 4<&0 5>five 6>six; echo 5 >&5; echo 6 >&6; exec 5>&- 6>&-; cat five six; exec 4<&-; (exec >sub; echo in sub); cat sub; { echo out; echo err >&2; } 2>&1 | sort
#: descriptors closed
sh -c 'echo lost' >&-; echo $?; sh -c 'cat' <&-; echo $?; sh -c 'echo lost >&2' 2>&-; echo $?; sh -c 'read x' <&- ; echo $?; (exec <&- >&- 2>&-; exit 4); echo $?
#: functions
f() { local x=$1; [ $x -le 1 ] && echo 1 && return; echo $((x * $(f $((x - 1))))); }; f 6; g() { return 3; }; g; echo $?
#: loops
i=0; while [ $i -lt 200 ]; do i=$((i + 1)); case $i in *7) continue ;; 150) break ;; esac; done; echo $i; for w in a 'b c' d; do echo "<$w>"; done; until [ $i -eq 0 ]; do i=$((i / 2)); done; echo $i
#: subshells in loops
n=0; for i in $(seq 100); do n=$((n + $(echo $i))); done; echo $n; for i in $(seq 50); do (exit $i) || n=$((n - $?)); done; echo $n
#: external commands in loops
for i in $(seq 60); do /bin/echo $i; done | md5sum; for i in $(seq 40); do cat /etc/hostname; done | wc -l
#: traps
trap 'echo leaving' EXIT; trap 'echo got usr1' USR1; kill -USR1 $$; (trap 'echo inner' EXIT; exit 3); echo $?; trap '' TERM; kill -TERM $$; echo alive
#: jobs
sleep 0.05 & wait $!; echo $?; (exit 5) & wait $!; echo $?; for i in 1 2 3 4 5 6; do (echo $i >job$i) & done; wait; cat job*; sleep 30 & kill $!; wait $!; echo $?
#: fifos
mkfifo p; cat p >q & echo through >p; wait; cat q; (seq 5000 >p) & md5sum <p; wait; rm p
#: globs
mkdir -p g/a g/b; touch g/a/1 g/a/2 g/b/3 g/.h 'g/with blank'; cd g; echo *; echo */*; echo .h*; echo nosuch*; for f in *; do [ -d "$f" ] && echo "$f/"; done
#: expansions
x=/a/b/c.tar.gz; echo ${x##*/} ${x%%.*} ${x#/} ${x%.gz} ${#x} ${y:-default} ${y:=set} $y; set -- 1 2 3; shift; echo $# "$@"; echo $((16#ff)) 2>/dev/null || echo $((0xff)); IFS=:; set -- $(echo a:b:c); echo $2
#: tests
touch f; [ -e f ] && echo e; [ -s f ] || echo empty; ln -s f l; [ -L l ] && echo l; chmod 600 f; [ -r f ] && echo r; [ f -nt nofile ] && echo newer; [ -d . ] && [ -p /dev/null ] || echo no pipe; test 3 -gt 2 && test abc = abc && echo yes; umask 027; touch u; stat -c %a u
#: here in functions
f() { cat <<X; }
$1
X
f a; f b | tr ab xy; cat <<'X' | sort | uniq -c
b
$a
b
X
#: eval and source
echo 'v=5; echo sourced' >s; . ./s; eval "echo \$v"; eval 'for i in 1 2; do echo $i; done'; sh s; sh -c 'echo $0 $1' zero one; sh -s a b <<X
echo \$# \$1
X
#: cd
mkdir -p d/e; ln -s d/e le; cd le; pwd -P | tail -c 5; cd ..; cd - >/dev/null; (cd /; pwd); cd nosuch 2>/dev/null; echo $?; CDPATH=/usr; cd lib >/dev/null && pwd
#: read
printf 'a b c\nd\\\ne\n' | { read x y; echo "$y"; read -r z; echo "$z"; }; while IFS=: read u p r; do echo $u; done </etc/passwd | head -3; read line <nofile; echo $?
#: printf
printf '%s-%d-%x-%o-%5.2f|%-5s|%05d\n' s 42 255 8 3.14159 ab 7; printf '%b' 'a\tb\n'; printf '%s\n' a b c; printf %d x 2>/dev/null; echo $?
#: set -e
sh -ec 'false; echo not reached'; echo $?; sh -ec 'if false; then :; fi; false || true; echo reached'; sh -uc 'echo $unset' 2>/dev/null; echo $?; sh -xc 'echo traced' 2>&1; sh -nc 'echo never'; sh -c 'if' 2>/dev/null; echo $?
#: environment
A=1 sh -c 'echo $A'; export B=2; sh -c 'echo $B'; unset B; sh -c 'echo ${B-unset}'; env -i C=3 /bin/sh -c 'echo $C $B'; PATH=/nowhere; ls 2>/dev/null; echo $?; /bin/ls -d /
#: large arguments
x=$(head -c 100000 /dev/zero | tr '\0' x); echo ${#x}; /bin/echo "$x" | wc -c; /bin/true $(seq 20000); echo $?; /bin/true $(seq 900000) 2>/dev/null; echo $?
#: limits
(ulimit -n 20; ulimit -n; cat /etc/hostname | wc -l); (ulimit -f 1; head -c 100000 /dev/zero >big) 2>/dev/null; echo $?; (ulimit -c 0; sh -c 'kill -SEGV $$'); echo $?; (ulimit -t 100; echo ok)
#: files
mkdir t; touch t/a; cp t/a t/b; mv t/b t/c; ln t/a t/h; ls t; rmdir t 2>/dev/null; echo $?; rm -r t; ls -d t 2>/dev/null; echo $?; mktemp -d ./x.XXXX | wc -c; dd if=/dev/zero of=z bs=1k count=9 2>/dev/null; stat -c %s z; truncate -s 5 z; wc -c <z
#: find and xargs
mkdir -p a/b/c; touch a/1 a/b/2 a/b/c/3; find a -type f | sort; find a -name '[12]' -exec sh -c 'echo $1; exit 0' _ {} \; | sort; find a -type f -print0 | xargs -0 ls | sort; find a -depth -delete; ls a 2>/dev/null; echo $?
#: sed and awk
seq 20 | sed -n '/5/,/9/p' | sed 's/$/./'; seq 10 | awk '{s+=$1} END {print s; system("echo from awk"); "echo piped" | getline x; print x}'; printf 'b 2\na 1\n' | sort -k2 | sed -i.bak s/a/z/ nofile 2>/dev/null; echo $?; echo hi >f; sed -i s/hi/ho/ f; cat f
#: archives
mkdir a; seq 999 >a/n; ln -s n a/l; tar -cf - a | tar -tf - | sort; tar -czf a.tgz a; gzip -l a.tgz | tail -1 | awk '{print ($2 > 0)}'; mkdir o; tar -xzf a.tgz -C o; cmp a/n o/a/n && readlink o/a/l; gzip -k a/n; zcat a/n.gz | md5sum; tar -xf nofile 2>/dev/null; echo $?
#: timeouts
timeout 0.05 sleep 5; echo $?; timeout 5 true; echo $?; timeout -s KILL 0.05 sleep 5; echo $?; timeout --preserve-status -k 1 0.05 sleep 5; echo $?
#: a broken pipe
yes | head -1; (seq 100000; echo $? >st) | head -1; cat st; sh -c 'trap "" PIPE; seq 100000 2>/dev/null; echo $? >&2' 2>st | head -1; cat st
