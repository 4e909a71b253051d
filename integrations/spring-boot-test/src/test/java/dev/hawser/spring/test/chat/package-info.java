/** An application of Spring Boot. */
package dev.hawser.spring.test.chat;
