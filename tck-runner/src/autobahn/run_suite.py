"""Runs the Autobahn test suite under Jython, with every socket on 127.0.0.1.

    jython run_suite.py fuzzingclient|fuzzingserver <specification.json>

One run per process: Twisted's reactor cannot be started twice. The process ends with its run, or with its standard
input, so that it does not outlive whoever started it. Verdicts are in index.json only; they do not change the exit code.
"""
import json
import os
import sys
import threading

from autobahntestsuite import wstest  # chooses the reactor, so it comes first
from autobahntestsuite.fuzzing import FuzzingServerFactory, FuzzingServerProtocol
from twisted.internet import reactor
from twisted.internet.error import ConnectionDone
from twisted.python.failure import Failure


def listen_on_loopback():
    """The suite would listen on every address, and open a web server for its reports besides."""
    listen = reactor.listenTCP

    def listen_tcp(port, factory, backlog=50, interface=''):
        if not isinstance(factory, FuzzingServerFactory):
            return None
        listening = listen(0, factory, backlog, '127.0.0.1')
        # The opening handshake compares the port in Host with this one.
        factory.port = factory.externalPort = listening.getHost().port
        print 'Listening on port %d' % factory.port
        sys.stdout.flush()
        return listening

    reactor.listenTCP = listen_tcp


def end_every_connection():
    """Makes up for a defect of Jython's sockets: after the suite itself has dropped a connection, connectionLost is
    often not called. A case is recorded there, so its result would be missing. Here it is called, once, if nobody else
    has done so soon after the drop."""
    made = FuzzingServerProtocol.connectionMade
    drop = FuzzingServerProtocol.dropConnection
    lost = FuzzingServerProtocol.connectionLost

    def connection_made(self):
        self.is_lost = False
        made(self)

    def drop_connection(self, abort=False):
        drop(self, abort)
        reactor.callLater(0.05, connection_lost, self, Failure(ConnectionDone()))

    def connection_lost(self, reason):
        if not self.is_lost:
            self.is_lost = True
            lost(self, reason)

    FuzzingServerProtocol.connectionMade = connection_made
    FuzzingServerProtocol.dropConnection = drop_connection
    FuzzingServerProtocol.connectionLost = connection_lost


def end_with_standard_input():
    def wait():
        sys.stdin.read()
        os._exit(1)

    thread = threading.Thread(target=wait)
    thread.setDaemon(True)
    thread.start()


if __name__ == '__main__':
    mode, specification = sys.argv[1:]
    end_with_standard_input()
    listen_on_loopback()
    end_every_connection()  # no part in a fuzzingclient run
    with open(specification) as source:
        wstest.start({'mode': mode}, json.load(source))
