#!/usr/bin/perl
# SPDX-License-Identifier: BSL-1.0
#
# Registers alice@example.com with Perl's Net::SIP: net_sip.pl [tcp:|tls:]ADDRESS:PORT [PASSWORD]
# Reads lifetimes from stdin, a line each, and says what was granted.
use strict;
use warnings;
use Net::SIP;

$| = 1;
my ($registrar, $password) = @ARGV;
my $over = $registrar =~ s/^(tcp|tls):// ? $1 : undef;
my $proxy = defined $over ? "sip:$registrar;transport=$over" : $registrar;
my $phone = Net::SIP::Simple->new(
    registrar => $registrar,
    outgoing_proxy => $proxy,
    defined $over ? (leg => { proto => $over, addr => '127.0.0.1', port => 0 }, tls => { SSL_verify_mode => 0 }) : (),
    domain => 'example.com',
    from => 'sip:alice@example.com',
    defined $password ? (auth => ['alice', $password]) : (),
);
while (my $expires = <STDIN>) {
    chomp $expires;
    my $granted = $phone->register(expires => $expires) // 0; # nothing when the answer lists no contact of ours
    print $phone->error ? "failed: " . $phone->error . "\n" : "granted $granted\n";
}
