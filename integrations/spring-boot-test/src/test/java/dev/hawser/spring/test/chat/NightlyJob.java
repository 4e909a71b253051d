package dev.hawser.spring.test.chat;

import org.springframework.stereotype.Component;

/** What a test of endpoints does not need. */
@Component
public class NightlyJob {}
