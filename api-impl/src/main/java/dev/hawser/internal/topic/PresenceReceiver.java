package dev.hawser.internal.topic;

import java.util.Map;
import java.util.Set;

/** The presence of one topic. No lock is held when it is called. */
interface PresenceReceiver {
    void heard(String node, NodeMembers members, long at);

    /**
     * A read has found what these nodes have said.
     *
     * @param all whether these are all nodes that are alive
     */
    void found(Map<String, NodeMembers> nodes, Set<String> alive, long asked, boolean all);

    /** A read has failed, although the store was there before. */
    void notFound();

    /** A node is not alive any more. What was heard from it at that time or later counts. */
    void gone(String node, long asked);

    /** The next beats say again who is there on this node, if somebody is or was, and read what others say. */
    void renew();

    /** A call of {@link PresenceLink#put} has ended. */
    void putEnded(boolean done);

    /** One of the next beats puts the members, also if nobody is left. Needs no memory and no lock. */
    void putAgain();

    /** One of the next beats reads what the others have said. Needs no memory and no lock. */
    void readAgain();

    /** Makes the calls that are due. Returns how many. */
    int beat();
}
