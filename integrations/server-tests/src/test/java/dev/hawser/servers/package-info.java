/** The drop-in jar on servers as they are downloaded. */
@org.jspecify.annotations.NullMarked
package dev.hawser.servers;
