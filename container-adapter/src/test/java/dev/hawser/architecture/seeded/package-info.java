/** One class for each rule of ArchitectureRules, named after what it does wrong. Nothing here is run. */
package dev.hawser.architecture.seeded;
