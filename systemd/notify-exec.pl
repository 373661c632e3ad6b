#!/usr/bin/perl
# Opens a connected datagram socket to NOTIFY_SOCKET, leaves it open over exec and becomes the program, so that the
# program can tell systemd of itself by write(2) and its PID stays the unit's main PID (NotifyAccess=main).
use strict;
use warnings;
use Socket;

my $path = $ENV{NOTIFY_SOCKET};
if (defined $path) {
    $path =~ s/^@/\0/;
    $^F = 255;
    socket(my $notify, PF_UNIX, SOCK_DGRAM, 0) or die "notify-exec: socket: $!\n";
    connect($notify, pack_sockaddr_un($path)) or die "notify-exec: connect: $!\n";
    $ENV{IRONWHEEL_NOTIFY_FD} = fileno($notify);
    exec { $ARGV[0] } @ARGV or die "notify-exec: $ARGV[0]: $!\n";
}
exec { $ARGV[0] } @ARGV or die "notify-exec: $ARGV[0]: $!\n";
