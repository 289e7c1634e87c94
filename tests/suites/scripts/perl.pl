# SPDX-License-Identifier: MIT
#: files
open my $o, '>', 'f' or die; print $o "line $_\n" for 1..2000; close $o; open my $i, '<', 'f' or die; my @l = <$i>; print scalar(@l), $l[-1]; print -s 'f', "\n"; open $o, '>>', 'f'; print $o 'x'; close $o; print -s 'f'; open my $n, '<', 'none' or print "\n$!", $!+0;
#: modes
open my $f, '+>', 'f' or die; print $f 'abcdef'; seek $f, 2, 0; read $f, my $b, 2; print "$b ", tell $f; truncate $f, 3; close $f; print -s 'f'; chmod 0640, 'f'; printf ' %o', (stat 'f')[2]; utime 1e9, 1e9, 'f'; print ' ', (stat 'f')[9]; print ' ', -e 'g' ? 1 : 0, -d '.' ? 1 : 0
#: sysopen
use Fcntl qw(:DEFAULT :flock); sysopen my $f, 's', O_RDWR | O_CREAT | O_EXCL, 0600 or die; print syswrite($f, 'hello'), ' '; sysseek $f, 1, 0; print sysread($f, my $b, 9), $b; print flock($f, LOCK_EX | LOCK_NB) ? 'locked' : 'no'; sysopen my $g, 's', O_WRONLY | O_CREAT | O_EXCL or print " $!"; print ' ', fileno $f
#: duplicates
open my $save, '>&', \*STDOUT or die; open STDOUT, '>', 'o' or die; print "to o\n"; system 'echo child'; close STDOUT; open STDOUT, '>&', $save or die; open my $i, '<', 'o'; print <$i>; close STDIN; open my $z, '<', '/dev/null'; print fileno $z
#: in memory
open my $m, '<', \ "a\nb\nc\n" or die; print scalar(() = <$m>); my $s = ''; open my $w, '>', \$s; print $w 'text'; print $s, fileno($w)
#: folders
mkdir 'd'; mkdir "d/$_" for 'a'..'e'; open my $t, '>', "d/a/$_" for 1..3; opendir my $h, 'd' or die; print join ' ', sort grep !/^\./, readdir $h; rewinddir $h; print scalar(() = readdir $h); closedir $h; print ' ', join ' ', sort glob 'd/a/*'; rmdir 'd' or print " $!"; rename 'd/a', 'd/z' and print -d 'd/z' ? ' moved' : ''; chdir 'd' and print -e 'z' ? ' in' : ''
#: find
use File::Find; use File::Path qw(make_path remove_tree); use File::Copy; make_path map "t/$_/x", 1..5; my $n = 0; copy('/etc/passwd', "t/$_/x/p") for 1..5; find(sub { $n++ }, 't'); print $n; move('t/1', 't/9'); print remove_tree('t'), -e 't' ? 'there' : 'gone'
#: links
symlink 'target', 'l'; print readlink 'l'; open my $t, '>', 'target'; link 'target', 'h'; print ' ', (stat 'h')[3], ' ', (lstat 'l')[3]; unlink 'target'; print -e 'l' ? 1 : 0, -l 'l' ? 1 : 0; use Cwd; print ' ', Cwd::abs_path('/usr/../etc/.//passwd')
#: system
print system('true'), system('exit 3') >> 8, system('sh', '-c', 'exit 4') >> 8, system('nosuchprogram'), ' ', $! + 0; system 'kill -9 $$'; print ' ', $? & 127; print ' ', `echo out; exit 5`, $? >> 8; my @l = `seq 3`; print scalar @l
#: pipes
open my $p, '-|', 'seq', '500' or die; my $s = 0; $s += $_ while <$p>; close $p; print $s; open $p, '|-', 'wc -l' or die; print $p "x\n" x 300; close $p; print $?; open $p, '-|', 'exit 7'; close $p; print $? >> 8; pipe my $r, my $w; if (!fork) { close $r; print $w 'child'; close $w; exit } close $w; print <$r>; wait
#: open with a fork
my $pid = open my $c, '-|'; die unless defined $pid; if (!$pid) { print "from child $_\n" for 1..3; exit 6 } print while <$c>; close $c; print $? >> 8; use IPC::Open3; my $p3 = open3(my $in, my $out, undef, 'cat'); print $in 'through'; close $in; print <$out>; waitpid $p3, 0; print $?
#: fork
$| = 1; my @p; for my $i (1..8) { my $p = fork; if (!$p) { exit $i } push @p, $p } print join ' ', map { waitpid $_, 0; $? >> 8 } @p; print wait; if (!fork) { exec 'sh', '-c', 'echo from exec' } wait; { no warnings; exec 'nosuch' or print "$!" }
#: signals
my $n = 0; $SIG{USR1} = sub { $n++ }; kill USR1 => $$ for 1..5; print $n; $SIG{ALRM} = sub { die "alarm\n" }; eval { alarm 1; select undef, undef, undef, 10; }; print $@; local $SIG{CHLD} = sub { $n += 100 }; if (!fork) { exit } wait; print $n; $SIG{INT} = 'IGNORE'; kill INT => $$; print ' alive'; kill 0, 999999 or print " $!"
#: sockets
use IO::Socket::INET; my $s = IO::Socket::INET->new(Listen => 5, LocalAddr => '127.0.0.1') or die; if (!fork) { my $c = IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $s->sockport) or die; print $c "hello\n"; print scalar <$c>; exit } my $a = $s->accept; print scalar <$a>; print $a "back\n"; close $a; wait; print IO::Socket::INET->new(PeerAddr => '127.0.0.1:1') ? 'open' : 'refused'
#: unix sockets
use Socket; socketpair my $a, my $b, AF_UNIX, SOCK_STREAM, 0 or die; syswrite $a, 'over'; sysread $b, my $d, 9; print $d; use IO::Socket::UNIX; my $s = IO::Socket::UNIX->new(Local => 'sock', Listen => 1) or die; my $c = IO::Socket::UNIX->new(Peer => 'sock') or die; my $e = $s->accept; print $c "text\n"; $c->flush; print scalar <$e>; shutdown $c, 2; print defined(<$e>) ? 1 : 0; print -S 'sock' ? 'S' : ''
#: select
use IO::Select; pipe my $r, my $w; my $s = IO::Select->new($r); print scalar $s->can_read(0); syswrite $w, 'x'; print scalar $s->can_read(1); print scalar IO::Select->new($w)->can_write(0); close $w; sysread $r, my $b, 9; print sysread($r, $b, 9)
#: users
print getpwuid(0) . ' ' . getpwnam('root') . ' ' . getgrgid(0); print defined getpwnam('nosuchuser') ? 1 : 0; my $n = 0; $n++ while getpwent; print $n > 5 ? ' many' : ' few'; use Socket; print ' ', inet_ntoa(inet_aton('localhost')); print ' ', (getservbyname('http', 'tcp'))[2] // 'none'
#: temporary files
use File::Temp qw(tempfile tempdir); my ($f, $n) = tempfile(DIR => '.', UNLINK => 1); print $f 'x' x 9999; close $f; print -s $n; my $d = tempdir(CLEANUP => 1); print -d $d ? 'd' : ''; printf '%o', 07777 & (stat $d)[2]; open my $t, '+>', undef or die; print $t 'anonymous'; seek $t, 0, 0; print <$t>
#: in place
open my $o, '>', 'e'; print $o "a\nb\n"; close $o; system $^X, '-pi.old', '-e', 's/a/z/', 'e'; open my $i, '<', 'e'; print <$i>; print -e 'e.old' ? 'kept' : ''; print `$^X -ne 'print if /b/' e`; print `$^X -e 'print STDERR "err"; exit 2' 2>&1`, $? >> 8
#: threads of text
my %c; open my $d, '<', '/etc/services' or open $d, '<', '/etc/passwd'; while (<$d>) { $c{lc $_}++ for /\w+/g } print scalar(keys %c) > 10 ? 'words' : ''; print join ',', (sort { $a <=> $b } map { $_ * 7 % 101 } 1..500)[0..9]; printf ' %s', sprintf '%.3e', 12345.678; print ' ', unpack 'H*', pack 'NnC', 1, 2, 3
#: end
END { print 'end ', $?; $? = 12 } eval { die { code => 5 } }; print $@->{code}; eval 'syntax error here'; print $@ ? ' bad ' : ''; warn "warned\n"; die "dead\n"
