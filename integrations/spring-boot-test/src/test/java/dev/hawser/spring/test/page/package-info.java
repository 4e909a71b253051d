/** The application of docs/spring.md, and its test. */
package dev.hawser.spring.test.page;
