package dev.hawser.internal.coder;

import java.lang.reflect.Array;
import java.lang.reflect.GenericArrayType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.lang.reflect.WildcardType;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the type variables of a class and all its supertypes stand for in that class: for {@code class A extends
 * B<Order>} the variable {@code T} of {@code class B<T> implements Decoder.Text<T>} is {@code Order}. An unbound
 * variable (raw use, a lambda) stands for itself. Immutable.
 */
public final class TypeBindings {
    private final Class<?> type;
    private final Map<TypeVariable<?>, Type> bindings;

    private TypeBindings(Class<?> type, Map<TypeVariable<?>, Type> bindings) {
        this.type = type;
        this.bindings = bindings;
    }

    /** The bindings in {@code type}, which is a class or a parameterized type. */
    public static TypeBindings of(Type type) {
        Class<?> raw = erase(type);
        TypeBindings result = new TypeBindings(raw, new HashMap<>());
        result.bind(type);
        return result;
    }

    private void bind(Type declared) {
        Class<?> raw = erase(declared);
        if (declared instanceof Parameterized parameterized) {
            TypeVariable<?>[] variables = raw.getTypeParameters();
            for (int i = 0; i < variables.length; i++) {
                bindings.put(variables[i], parameterized.arguments().get(i));
            }
        }
        for (Type supertype : raw.getGenericInterfaces()) {
            bind(resolve(supertype));
        }
        Type superclass = raw.getGenericSuperclass();
        if (superclass != null) {
            bind(resolve(superclass));
        }
    }

    /**
     * What the first type parameter of {@code generic} stands for.
     *
     * @return null if this type is not a subtype of {@code generic}, or does not bind the parameter (raw use, a lambda)
     */
    public @Nullable Type argumentOf(Class<?> generic) {
        Type argument = bindings.get(generic.getTypeParameters()[0]);
        return argument instanceof TypeVariable ? null : argument;
    }

    /** The type with every bound variable replaced. Two resolved types are equal if they mean the same. */
    public Type resolve(Type declared) {
        if (declared instanceof TypeVariable<?> variable) {
            return bindings.getOrDefault(variable, variable);
        }
        if (declared instanceof ParameterizedType parameterized) {
            List<Type> arguments = Arrays.stream(parameterized.getActualTypeArguments())
                    .map(this::resolve)
                    .toList();
            return new Parameterized((Class<?>) parameterized.getRawType(), arguments);
        }
        if (declared instanceof GenericArrayType array) {
            return arrayOf(erase(resolve(array.getGenericComponentType())));
        }
        return declared;
    }

    /** The class of a type; for a variable or a wildcard, the class of its first bound. */
    public static Class<?> erase(Type type) {
        if (type instanceof Class<?> c) {
            return c;
        }
        if (type instanceof Parameterized parameterized) {
            return parameterized.raw();
        }
        if (type instanceof ParameterizedType parameterized) {
            return (Class<?>) parameterized.getRawType();
        }
        if (type instanceof GenericArrayType array) {
            return arrayOf(erase(array.getGenericComponentType()));
        }
        if (type instanceof TypeVariable<?> variable) {
            return erase(variable.getBounds()[0]);
        }
        return erase(((WildcardType) type).getUpperBounds()[0]);
    }

    private static Class<?> arrayOf(Class<?> component) {
        return Array.newInstance(component, 0).getClass();
    }

    /**
     * Whether a {@code source} can be used as a {@code target}; both must be resolved. Type arguments are compared only
     * if both are types: raw types, variables and wildcards match all arguments.
     */
    public static boolean isAssignable(Type target, Type source) {
        Class<?> raw = erase(target);
        if (!raw.isAssignableFrom(erase(source))) {
            return false;
        }
        if (!(target instanceof Parameterized asked)) {
            return true;
        }
        TypeBindings offered = of(source);
        TypeVariable<?>[] variables = raw.getTypeParameters();
        for (int i = 0; i < variables.length; i++) {
            Type argument = asked.arguments().get(i);
            Type given = offered.bindings.get(variables[i]);
            if (isStated(argument) && isStated(given) && !argument.equals(given)) {
                return false;
            }
        }
        return true;
    }

    private static boolean isStated(@Nullable Type argument) {
        return argument instanceof Class || argument instanceof Parameterized;
    }

    @Override
    public String toString() {
        return type.getTypeName() + bindings;
    }

    /** A resolved parameterized type, comparable by value. */
    private record Parameterized(Class<?> raw, List<Type> arguments) implements Type {
        @Override
        public String getTypeName() {
            return raw.getTypeName() + arguments.stream().map(Type::getTypeName).toList();
        }
    }
}
